import { failure } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import { KernelMap } from "./kernel-map.ts";
import { checkRingSize, type Ring } from "./ring.ts";

/** What ring buffers and perf event arrays share: rings instead of keys and values. */
export abstract class RingMap extends KernelMap {
  abstract readonly rings: readonly Ring[];

  override prepare(): void {
    const { name, maxEntries } = this.options;
    const result = checkRingSize(maxEntries);
    if (result !== EbpfResult.SUCCESS) {
      throw failure(
        result,
        `Map ${JSON.stringify(name)}: a ring of ${maxEntries} bytes is not possible`,
        "Give maxEntries, its bytes, as a power of two from 4096 up.",
      );
    }
    super.prepare();
    for (const ring of this.rings) ring.prepare();
  }

  override update(_key: number, _value: number, _flags: number): number {
    return EbpfResult.OPERATION_NOT_SUPPORTED;
  }

  protected override destroy(): void {
    for (const ring of this.rings) ring.destroy();
    super.destroy();
  }
}
