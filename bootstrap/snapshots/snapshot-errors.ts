/** The engine has no snapshot of that name. */
export class SnapshotMissingError extends Error {
  override readonly name = "SnapshotMissingError";
}

/** What the engine has under that name is no snapshot to trust. */
export class BrokenSnapshotError extends Error {
  override readonly name = "BrokenSnapshotError";
}
