/** Property bags on the wire: protobuf structs to plain values and back. */
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import { UNKNOWN, type Properties } from "./handler.ts";

/** The engine has one marker for each kind of unknown value (`sdk/go/common/resource/plugin/rpc.go`). */
const unknownMarkers = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** The property bag of a struct; every kind of unknown becomes {@link UNKNOWN}. A missing struct is an empty bag. */
export function fromStruct(value: Struct | undefined): Properties {
  return value === undefined ? {} : (withOneUnknown(value.toJavaScript()) as Properties);
}

/** As {@link fromStruct}, but `undefined` for a missing or empty struct: the engine sends both for "nothing recorded". */
export function fromOptionalStruct(value: Struct | undefined): Properties | undefined {
  return value === undefined || value.getFieldsMap().getLength() === 0
    ? undefined
    : fromStruct(value);
}

/**
 * The struct of a property bag. Properties that are `undefined` are left out.
 * @throws TypeError naming the path of a value that JSON cannot hold.
 */
export function toStruct(properties: Properties): Struct {
  return struct.Struct.fromJavaScript(jsonObject(properties, ""));
}

function withOneUnknown(value: unknown): unknown {
  if (typeof value === "string") return unknownMarkers.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(withOneUnknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withOneUnknown(member)]),
  );
}

function jsonObject(value: object, path: string): Record<string, JavaScriptValue> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, jsonValue(member, path === "" ? key : `${path}.${key}`)]),
  );
}

function jsonValue(value: unknown, path: string): JavaScriptValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      break;
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) {
        return value.map((element, index) => jsonValue(element, `${path}[${index}]`));
      }
      return jsonObject(value, path);
  }
  throw new TypeError(`${path}: a ${typeof value} cannot be sent to the Pulumi engine`);
}
