export { Libbpf, libbpf, type Out } from "./libbpf.ts";
