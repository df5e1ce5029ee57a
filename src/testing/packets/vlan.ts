import { be16, encodeValue, struct } from "../../codec/index.ts";
import { EXPERIMENTAL } from "./eth.ts";
import { checkBits } from "./fields.ts";
import { joined, type Layer } from "./layer.ts";

const header = struct({ control: be16, type: be16 }, { packed: true });

/** EtherTypes of a customer's tag, and of a service provider's around it (IEEE Std 802.1Q, table 9-1). */
const CUSTOMER = 0x8100;
const SERVICE = 0x88a8;

export interface VlanOptions {
  /** VLAN identifier, 0 to 4095; 1 unless given. */
  readonly id?: number;
  /** Priority code point, 0 to 7; 0 unless given. */
  readonly priority?: number;
  /** Drop eligible indicator; false unless given. */
  readonly dropEligible?: boolean;
  /** A service provider's tag, the outer one of two (802.1ad, "QinQ"): EtherType 0x88a8 in front of it. */
  readonly service?: boolean;
  /** EtherType behind the tag; that of what comes next unless given. */
  readonly type?: number;
}

/**
 * An IEEE 802.1Q tag. Two of them are a doubly tagged frame: `eth(), vlan({ id: 100, service: true }), vlan({ id: 7 })`.
 */
export function vlan(options: VlanOptions = {}): Layer {
  const { id = 1, priority = 0, dropEligible = false, service = false, type } = options;
  return {
    name: "vlan",
    etherType: service ? SERVICE : CUSTOMER,
    build(inside, { next }) {
      const control =
        (checkBits(priority, 3, "vlan.priority") << 13) | ((dropEligible ? 1 : 0) << 12) | checkBits(id, 12, "vlan.id");
      return joined(encodeValue(header, { control, type: type ?? next?.etherType ?? EXPERIMENTAL }, "vlan"), inside);
    },
  };
}
