import { AF_INET, type Endpoint, parseEndpoint } from "./endpoint.ts";

const v4 = parseEndpoint("10.0.0.2:0", "address");
const v6 = parseEndpoint("[fd00::2]:0", "address");

/** The simulated machine's own address: 10.0.0.2 or fd00::2. */
export function machineAddress(family: Endpoint["family"]): Endpoint {
  return family === AF_INET ? v4 : v6;
}
