import { utc } from "../data/words.ts";

/** @param seconds since 1970; shown in UTC, to the minute where there is little room */
export function Time({
  seconds,
  brief = false,
}: {
  readonly seconds: number;
  readonly brief?: boolean;
}) {
  const text = utc(seconds);
  return (
    <time dateTime={`${text.replace(" ", "T")}Z`} title={`${text} UTC`}>
      {brief ? text.slice(0, 16) : `${text} UTC`}
    </time>
  );
}
