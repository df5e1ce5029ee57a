import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { filePath } from "../arguments.ts";
import { parsing } from "../elf/index.ts";
import type { Handle } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { unhurried } from "../turns/index.ts";
import { holdsHash } from "./image-hash.ts";
import type { Link } from "./link.ts";
import { mapOf } from "./load-maps.ts";
import { BpfObject } from "./object.ts";
import { Program } from "./program.ts";
import type { Session } from "./resource.ts";

/** A native image, and the object file that it was made from. */
export interface NativeSource {
  /** Path of the driver, `filter.sys`. */
  readonly native: string | URL;
  /** Path of the object file: it gives names and types, and is never loaded itself. */
  readonly elf: string | URL;
}

/**
 * Loads a native image (Windows): its programs and maps are known by the names of the object that it was made from.
 * bpf2c writes the SHA-256 of that object into the image (tools/bpf2c/bpf2c.cpp), which is looked for.
 */
export async function loadNative(session: Session, source: NativeSource, links: Set<Link>): Promise<BpfObject> {
  const image = resolve(filePath(source.native, "An image's path"));
  const elf = resolve(filePath(source.elf, "The path of the object that an image was made from"));
  const [imageBytes, elfBytes] = await Promise.all([read(image), read(elf)]);
  const spec = await unhurried(parsing(elfBytes, { path: elf }));
  if (!(await unhurried(holdsHash(imageBytes, elfBytes)))) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${image} was not made from ${elf}: it does not hold its hash`, {
      hint: "Give the very object file that bpf2c read, and leave its --hash at SHA256.",
    });
  }
  session.assertOpen();
  const loaded = await session.engine.loadNative(image);
  const open: { close(): void }[] = [];
  const rest = new Set<Handle>([...loaded.maps, ...loaded.programs]);
  try {
    const maps = loaded.maps.map((handle) => {
      const { name } = session.engine.mapInfo(handle);
      const map = mapOf(
        session,
        handle,
        spec.maps.find((each) => each.name === name),
        spec.btf,
      );
      rest.delete(handle);
      open.push(map);
      return map;
    });
    const programs = loaded.programs.map((handle) => {
      const { name } = session.engine.programInfo(handle);
      const row = spec.programs.find((each) => each.name === name);
      if (row === undefined) {
        throw new EbpfError("EBPF_NOT_FOUND", `${image} has a program ${JSON.stringify(name)}, which ${elf} lacks`, {
          hint: "Give the object file that the image was made from.",
        });
      }
      const program = new Program(session, handle, links, row);
      rest.delete(handle);
      open.push(program);
      return program;
    });
    return new BpfObject(spec, programs, maps);
  } catch (error) {
    for (const resource of open) resource.close();
    for (const handle of rest) session.engine.close(handle);
    throw error;
  }
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new EbpfError("EBPF_UNREADABLE", `${path} cannot be read`, { cause, hint: "Check the path and its rights." });
  }
}
