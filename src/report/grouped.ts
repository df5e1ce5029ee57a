/** A whole number with commas between thousands: `1,000,000`. */
export function grouped(number: number): string {
  // Not toLocaleString: what it needs of ICU takes longer to load than many a command takes.
  return String(number).replace(/\B(?=(?:[0-9]{3})+$)/g, ",");
}
