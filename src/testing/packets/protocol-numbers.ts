/** For a payload of no protocol: "use for experimentation and testing" (RFC 3692). */
export const EXPERIMENT = 253;
/** "No next header" (RFC 8200, section 4.7). */
export const NO_NEXT_HEADER = 59;
