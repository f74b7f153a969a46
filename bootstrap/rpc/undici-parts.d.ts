/** Parts of undici by themselves. Their types are those of the whole. */
declare module "undici/lib/api/api-request.js" {
  import type { Dispatcher } from "undici";
  /** {@link Dispatcher.request}, which the whole of undici adds to every dispatcher. */
  export default function request(
    this: Dispatcher,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
}

declare module "undici/lib/core/errors.js" {
  import { errors } from "undici";
  export default errors;
}

declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export default Pool;
}
