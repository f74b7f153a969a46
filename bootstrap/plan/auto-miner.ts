import type { ServiceDeclaration } from "../services/service.ts";
import { miningAddressName } from "../services/template.ts";
import { autoMinerName } from "./settings/auto-miner-name.ts";

/** Name of the placeholder for the height of the declared chain: below it nothing is mined. */
export const declaredHeightName = "declaredHeight";

/** Where auto-mine.sh, see images/bitcoind/, reads the address that the coinbases go to. */
const addressFile = "/regtest-network/mining-address";

/**
 * The auto-miner: a further peer of the network, without a node's password, wallet or published port.
 * @param options.seconds between two blocks
 * @param options.miner name of the node that it is connected to
 * @param options.host of the miner, which it is on too. Undefined: there are none.
 * @param options.mockTime Seconds since 1970 at which the network's clocks stand still. Undefined: they show the present.
 */
export function autoMiner({
  seconds,
  miner,
  host,
  mockTime,
}: {
  readonly seconds: number;
  readonly miner: string;
  readonly host: string | undefined;
  readonly mockTime: number | undefined;
}): ServiceDeclaration {
  return {
    name: autoMinerName,
    ...(host !== undefined && { host }),
    entrypoint: ["/auto-mine.sh"],
    command: [
      String(seconds),
      addressFile,
      `{{${declaredHeightName}}}`,
      `-uacomment=${autoMinerName}`,
      `-connect=${miner}`,
      ...(mockTime === undefined ? [] : [`-mocktime=${mockTime}`]),
    ],
    environment: {},
    files: { [addressFile]: `{{${miningAddressName}}}` },
    ports: [],
    follows: [miner],
    state: [],
    startTimeout: 60,
    // It has nothing to write.
    stopTimeout: 5,
    mines: true,
  };
}
