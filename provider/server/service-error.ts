/** Errors on the wire: one readable message, and for a half-made resource what is there of it. */
import grpc from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";

import { PartialResourceError } from "./handler.ts";
import { messageOf } from "../../base/message.ts";
import { printable } from "../../base/printable.ts";
import { toStruct } from "./wire.ts";

/** Characters of a message. It travels in an HTTP/2 header, and Node sends no header block above 64 KiB. */
const longestMessage = 8_000;

/** What a gRPC handler answers for `error`. */
export function serviceError(error: unknown): Partial<grpc.StatusObject> {
  const message = shortened(printable(messageOf(error)));
  if (!(error instanceof PartialResourceError)) {
    return { code: grpc.status.UNKNOWN, details: message };
  }
  const failure = new provider.ErrorResourceInitFailed();
  failure.setId(error.id);
  try {
    failure.setProperties(toStruct(error.state));
  } catch (unsendable) {
    // Of malformed inputs, which the state repeats. Thrown here it would answer nobody and end the process.
    return {
      code: grpc.status.UNKNOWN,
      details: shortened(`${message}; ${messageOf(unsendable)}`),
    };
  }
  failure.setReasonsList([message]);
  const detail = new any.Any();
  detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProto.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

/** The beginning says what failed, the end what was seen last: the middle goes. */
function shortened(message: string): string {
  if (message.length <= longestMessage) return message;
  const head = message.slice(0, longestMessage / 4);
  const tail = message.slice(-longestMessage / 2);
  return `${head}\n[${message.length - head.length - tail.length} characters left out]\n${tail}`;
}
