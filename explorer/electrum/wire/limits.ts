/** What one client of the Electrum server may use, so that none can take the memory or the time of the others. */
export interface ElectrumLimits {
  /** Connections at once; a further one is closed. Default: 1,000. */
  readonly connections: number;
  /** Bytes of one line. Default: 10 MiB, room for the transaction of a full block in hex. */
  readonly lineBytes: number;
  /** Requests in one batch. Default: 10,000. */
  readonly batch: number;
  /** Requests and batches of a connection that are worked on at once; no more are read meanwhile. Default: 64. */
  readonly inFlight: number;
  /** Script hashes that a connection is subscribed to. Default: 100,000. */
  readonly subscriptions: number;
  /** Bytes of the answer to one batch; what goes beyond is answered with an error each. Default: 32 MiB. */
  readonly answerBytes: number;
  /** Milliseconds that a client may take to read what was sent to it. Default: 30,000. */
  readonly unreadMs: number;
}

export const defaultLimits: ElectrumLimits = {
  connections: 1_000,
  lineBytes: 10 * 1024 * 1024,
  batch: 10_000,
  inFlight: 64,
  subscriptions: 100_000,
  answerBytes: 32 * 1024 * 1024,
  unreadMs: 30_000,
};
