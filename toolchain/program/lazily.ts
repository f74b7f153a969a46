/**
 * Has a CommonJS module loaded when something of it is first used, and not when it is required.
 * @param require as whoever requires it has it
 * @throws {Error} when there is no such module
 */
export function lazily(require: NodeJS.Require, name: string): void {
  const file = require.resolve(name);
  const standIn = {
    ...{ id: file, filename: file, path: file, loaded: true, children: [], paths: [] },
    ...{ parent: null, isPreloading: false, require },
    exports: new Proxy(
      {},
      {
        get(_, key) {
          // Else TypeScript's helpers copy what it exports, and with that use it.
          if (key === "__esModule") return true;
          if (require.cache[file] === standIn) Reflect.deleteProperty(require.cache, file);
          return Reflect.get(require(name) as object, key) as unknown;
        },
      },
    ),
  };
  require.cache[file] = standIn;
}
