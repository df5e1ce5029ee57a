// A bar chart of time by program, uBPF's JIT being 1. It stands on no background of its own, and its colours are
// legible on a light one and on a dark one.
const WIDTH = 820;
const LEFT = 108;
const RIGHT = 40;
const TOP = 74;
const BAR = 11;
const GAP = 14;
const BOTTOM = 46;
/** Longer bars are cut, and say so. */
const MOST = 2;
const STEP = 0.25;

const series = [
  { title: "winbpf, region checks", colour: "#2f7fd8", ratio: ({ ratios }) => ratios.region },
  { title: "winbpf, no checks", colour: "#7fb2ea", ratio: ({ ratios }) => ratios.none },
  { title: "Linux kernel's JIT", colour: "#d08a2e", ratio: ({ nanoseconds }) => toPeer(nanoseconds, "kernel") },
  { title: "clang -O2, this machine", colour: "#5f9e6e", ratio: ({ nanoseconds }) => toPeer(nanoseconds, "native") },
];

function toPeer(nanoseconds, name) {
  return nanoseconds[name] === undefined ? undefined : nanoseconds[name] / nanoseconds.ubpfJit;
}

const escapeXml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const text = (x, y, content, more = "") => `<text x="${x}" y="${y}"${more}>${escapeXml(content)}</text>`;

function bar(y, { colour, title }, ratio, scale) {
  if (ratio === undefined) return text(LEFT + 4, y + BAR - 2, "refused, or not there", ' class="note"');
  const width = Math.max(1, Math.min(ratio, MOST) * scale);
  const label = `${ratio.toFixed(2)}${ratio > MOST ? " →" : ""}`;
  return `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${colour}"><title>${escapeXml(`${title}: ${label}`)}</title></rect>${text((LEFT + width + 4).toFixed(1), y + BAR - 2, label, ' class="note"')}`;
}

/** An SVG of the rows that have ratios; `about`: what they were measured on. */
export function chart(rows, about) {
  const shown = rows.filter(({ ratios }) => ratios.region !== undefined);
  const used = series.filter(({ ratio }) => shown.some((row) => ratio(row) !== undefined));
  const scale = (WIDTH - LEFT - RIGHT) / MOST;
  const group = used.length * (BAR + 1) + GAP;
  const bottom = TOP + shown.length * group;
  const ticks = Array.from({ length: MOST / STEP + 1 }, (_, at) => at * STEP);
  const axis = ticks.map((value) => {
    const x = (LEFT + value * scale).toFixed(1);
    const isOne = value === 1;
    return `<line x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${bottom}" class="${isOne ? "one" : "grid"}"/>${text(x, bottom + 16, value.toFixed(2), ' class="note" text-anchor="middle"')}`;
  });
  const legend = used.map(
    ({ title, colour }, at) =>
      `<rect x="${LEFT + at * 170}" y="46" width="11" height="11" fill="${colour}"/>${text(LEFT + at * 170 + 16, 56, title, ' class="note"')}`,
  );
  const bars = shown.flatMap((row, at) => {
    const top = TOP + at * group;
    return [
      text(LEFT - 8, top + (used.length * (BAR + 1)) / 2 + 4, row.name, ' text-anchor="end"'),
      ...used.map((one, index) => bar(top + index * (BAR + 1), one, one.ratio(row), scale)),
    ];
  });
  const height = bottom + BOTTOM;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" role="img" aria-label="Time of compiled programs, relative to uBPF's JIT">
<style>
text{fill:#24292f}.note{font-size:11px;fill:#57606a}.grid{stroke:#8b949e;stroke-opacity:.35}.one{stroke:#cf222e;stroke-dasharray:4 3}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.note{fill:#9da7b3}.one{stroke:#ff7b72}}
</style>
${text(LEFT, 18, "Time of a run, relative to uBPF's JIT, which checks no access: less is better", ' font-weight="bold"')}
${text(LEFT, 35, about, ' class="note"')}
${[...legend, ...axis, ...bars].join("\n")}
${text(LEFT + (WIDTH - LEFT - RIGHT) / 2, bottom + 36, "× the time of uBPF's JIT (medians of five)", ' class="note" text-anchor="middle"')}
</svg>
`;
}
