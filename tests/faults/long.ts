/** Whether all faults are tried, as `npm run test:faults` does, or the few that `npm test` has time for. */
export const long = process.env["FAULTS"] === "all";
