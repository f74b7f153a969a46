import type { ChainIndex } from "../../index/chain-index.ts";
import type { IndexedBlock } from "../../index/records.ts";
import { badRequest } from "../wire/electrum-error.ts";
import { headerProof, type HeaderProof } from "./header-proof.ts";
import { method, type Method, parameter } from "./method.ts";

/** Headers in one answer: as many as there are between two changes of Bitcoin's difficulty. */
const mostHeaders = 2016;

export function blockMethods(index: ChainIndex): Record<string, Method> {
  return {
    "blockchain.block.header": method(
      { height: parameter.natural, cp_height: parameter.checkpoint },
      ({ height, cp_height }) => {
        const header = headerOf(blockAt(index, height));
        return cp_height === 0 ? header : { header, ...proofOf(index, height, cp_height) };
      },
    ),
    "blockchain.block.headers": method(
      {
        start_height: parameter.natural,
        count: parameter.natural,
        cp_height: parameter.checkpoint,
      },
      ({ start_height, count, cp_height }) => {
        const end = start_height + Math.min(count, mostHeaders);
        const headers = blocksFrom(index, start_height, end).map(headerOf);
        const { length } = headers;
        return {
          count: length,
          hex: headers.join(""),
          max: mostHeaders,
          ...(length > 0 && cp_height > 0 && proofOf(index, start_height + length - 1, cp_height)),
        };
      },
    ),
    "blockchain.headers.subscribe": method({}, (_, session) => {
      session.followTips();
      return headerAtTip(index);
    }),
  };
}

/** As clients are told of it. */
export function headerAtTip({ tip }: ChainIndex): { height: number; hex: string } {
  return { height: tip.height, hex: headerOf(tip) };
}

/** @throws ElectrumError when the chain does not reach that high */
export function blockAt(index: ChainIndex, height: number): IndexedBlock {
  const block = index.blockAt(height);
  if (block !== undefined) return block;
  throw badRequest(`height ${height} is out of range: the tip is at height ${index.tip.height}`);
}

/** @throws ElectrumError when the checkpoint does not lie between the header and the tip */
function proofOf(index: ChainIndex, height: number, checkpoint: number): HeaderProof {
  const { tip } = index;
  if (height > checkpoint || checkpoint > tip.height) {
    throw badRequest(
      `cp_height ${checkpoint} should be at least the height of the header, ${height}, and at most that of the tip, ${tip.height}`,
    );
  }
  return headerProof(
    blocksFrom(index, 0, checkpoint + 1).map(({ hash }) => hash),
    height,
  );
}

/** @param end Height of the first that is left out. */
function blocksFrom(index: ChainIndex, start: number, end: number): IndexedBlock[] {
  const blocks: IndexedBlock[] = [];
  for (let height = start; height < end; height++) {
    const block = index.blockAt(height);
    if (block === undefined) break;
    blocks.push(block);
  }
  return blocks;
}

function headerOf({ headerBytes }: IndexedBlock): string {
  return headerBytes.toString("hex");
}
