import { useLive } from "../data/api.ts";
import { addressesOf } from "../data/look-up.ts";
import { href } from "../data/route.ts";
import { Hash } from "../parts/hash.tsx";
import { Shown } from "../parts/loaded.tsx";
import { View } from "../parts/view.tsx";

/** The addresses that have a label, where there are several. */
export function LabelView({ label }: { readonly label: string }) {
  const loaded = useLive(`label ${label}`, () => addressesOf(label));
  return (
    <View kind="Label" title={label} name={`Label ${label}`}>
      <Shown of={loaded}>
        {(addresses) =>
          addresses.length === 0 ? (
            <p class="note">No wallet has this label.</p>
          ) : (
            <ul class="rows">
              {addresses.map((address) => (
                <li key={address}>
                  <Hash value={address} of="address" to={href.address(address)} />
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </View>
  );
}
