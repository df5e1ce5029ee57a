import { grouped } from "./grouped.ts";

/** How far a run has come. */
export interface Progress {
  /** From 0 to 1. */
  readonly done: number;
  readonly packets: number;
  readonly seconds: number;
}

const BAR_WIDTH = 24;

const rate = (perSecond: number): string => {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(1)} M/s`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toFixed(1)} k/s`;
  return `${Math.round(perSecond)} /s`;
};

const duration = (seconds: number): string => {
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  const clock = `${String(minutes % 60).padStart(minutes >= 60 ? 2 : 1, "0")}:${String(whole % 60).padStart(2, "0")}`;
  return minutes >= 60 ? `${Math.floor(minutes / 60)}:${clock}` : clock;
};

/**
 * One line for a terminal `columns` wide: bar, percentage, packets, packets a second, time left. Parts that do not fit
 * are left out from the end, so that the line never wraps.
 */
export function progressLine({ done, packets, seconds }: Progress, columns: number): string {
  const share = Math.min(1, Math.max(0, done));
  const filled = Math.round(share * BAR_WIDTH);
  const parts = [
    `[${"=".repeat(filled)}${" ".repeat(BAR_WIDTH - filled)}]`,
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    `${grouped(packets)} packets`,
  ];
  if (seconds > 0) parts.push(rate(packets / seconds));
  if (share > 0 && seconds > 0) parts.push(`${duration((seconds * (1 - share)) / share)} left`);
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}  ${part}`;
    // A terminal wraps when the last column is written to.
    if (longer.length >= columns) break;
    line = longer;
  }
  return line;
}
