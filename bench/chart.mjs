// The bench's results as a picture: time by program, uBPF's JIT being 1.
const WIDTH = 760;
const ROW = 44;
const LEFT = 96;
const TOP = 54;
const series = [
  { name: "region", title: "winbpf, region checks", colour: "#0b6bcb" },
  { name: "none", title: "winbpf, no checks", colour: "#8fc1ef" },
];

/** An SVG of the rows that have ratios. */
export function chart(rows) {
  const shown = rows.filter(({ ratios }) => ratios.region !== undefined);
  const most = Math.max(1.2, ...shown.flatMap(({ ratios }) => series.map(({ name }) => ratios[name])));
  const scale = (WIDTH - LEFT - 60) / most;
  const height = TOP + shown.length * ROW + 16;
  const bars = shown.flatMap(({ name, ratios }, at) => {
    const y = TOP + at * ROW;
    return [
      `<text x="${LEFT - 8}" y="${y + 22}" text-anchor="end">${name}</text>`,
      ...series.map(({ name: mode, colour }, index) => {
        const width = Math.max(1, ratios[mode] * scale).toFixed(1);
        const top = y + 4 + index * 16;
        return `<rect x="${LEFT}" y="${top}" width="${width}" height="14" fill="${colour}"/><text x="${(LEFT + Number(width) + 5).toFixed(1)}" y="${top + 11}" font-size="11">${ratios[mode].toFixed(2)}</text>`;
      }),
    ];
  });
  const legend = series.map(
    ({ title, colour }, at) =>
      `<rect x="${LEFT + at * 190}" y="28" width="12" height="12" fill="${colour}"/><text x="${LEFT + at * 190 + 18}" y="38">${title}</text>`,
  );
  const one = (LEFT + scale).toFixed(1);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="18" font-weight="bold">Time of compiled programs; uBPF's JIT, which checks nothing, is 1. Less is better.</text>
${[...legend, ...bars].join("\n")}
<line x1="${one}" x2="${one}" y1="${TOP - 6}" y2="${height - 10}" stroke="#b00020" stroke-dasharray="4 3"/>
</svg>
`;
}
