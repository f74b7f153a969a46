/** Lines of `npm run up`, which come when a resource's creation begins and ends. */
export const bootstrapBegins = /^bootstrap creating /;
export const snapshotEnds = /^snapshot created /;
