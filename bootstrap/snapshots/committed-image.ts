/** The image of one node in a snapshot. */
export interface CommittedImage {
  /** Reference to start it by, such as `alice:latest`. */
  readonly image: string;
  /** `sha256:…`. */
  readonly id: string;
}
