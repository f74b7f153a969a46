/** Lines of `pulumi up`, which come when a resource's creation begins and ends. */
export const bootstrapBegins = /^ \+ {2}regtest:index:Bootstrap bootstrap creating /;
export const snapshotEnds = /^ \+ {2}regtest:index:Snapshot snapshot created /;
