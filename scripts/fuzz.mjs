// Feeds broken input to the parts that read strangers' files, and random programs to the verifier.
//
//   npm run fuzz -- elf [--count 100000] [--seed 1] [--only INDEX]
//   npm run fuzz -- vm [--count 100000] [--seed 1] [--only INDEX] [--portable 5]
//   npm run fuzz -- soundness [--count 100000] [--seed 1] [--only SEED]
//   npm run fuzz -- proofs [--count 100000] [--seed 1] [--only SEED]
//   npm run fuzz -- kernel [--count 1000000] [--seed 1]
//   npm run fuzz -- verdicts [--programs 100000] [--seed 1] [--dialect windows-1.6|latest] [--only SEED]
//   npm run fuzz -- texts [--programs 100000] [--seed 1] [--only SEED]
//
// Every case is made from the seed and its index alone: --only repeats one.
const targets = {
  elf: () => import("./fuzz-elf.mjs"),
  vm: () => import("./fuzz-vm.mjs"),
  soundness: () => import("./fuzz-soundness.mjs"),
  proofs: () => import("./fuzz-proofs.mjs"),
  kernel: () => import("./fuzz-kernel.mjs"),
  verdicts: () => import("./fuzz-verdicts.mjs"),
  texts: () => import("./fuzz-texts.mjs"),
};

const [name, ...rest] = process.argv.slice(2);
const load = Object.hasOwn(targets, name ?? "") ? targets[name] : undefined;
const options = {
  count: name === "kernel" ? 1_000_000 : 100_000,
  programs: undefined,
  seed: 1,
  only: undefined,
  dialect: undefined,
  portable: 5,
};
/** Options that are words, and what they may be. */
const words = { dialect: ["windows-1.6", "latest"] };
let wrong = load === undefined;
for (let index = 0; index < rest.length; index += 2) {
  const key = rest[index].replace(/^--/, "");
  const value = Object.hasOwn(words, key) ? rest[index + 1] : Number(rest[index + 1]);
  const isValid = words[key]?.includes(value) ?? (Number.isSafeInteger(value) && value >= (key === "portable" ? 1 : 0));
  if (!Object.hasOwn(options, key) || !isValid) wrong = true;
  else options[key] = value;
}
if (wrong) {
  process.stderr.write(
    `usage: npm run fuzz -- ${Object.keys(targets).join("|")} [--count N] [--seed N] [--only INDEX] [--dialect D] [--portable N]\n`,
  );
  process.exit(2);
}
process.exitCode = await (await load()).main(options);
