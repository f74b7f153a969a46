/** The image of one node in a snapshot. */
export interface CommittedImage {
  /** Reference to start it by, such as `alice:latest`. */
  readonly image: string;
  /** `sha256:…`. */
  readonly id: string;
  /** Name of the host that it is on. Left out: the first, or the only one. */
  readonly host?: string | undefined;
}
