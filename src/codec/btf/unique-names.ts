/** The names in their order; where one occurs again, the later ones are called `name#2`, `name#3`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  const counts = new Map<string, number>();
  return names.map((name) => {
    let count = (counts.get(name) ?? 0) + 1;
    if (count === 1) {
      counts.set(name, 1);
      return name;
    }
    while (taken.has(`${name}#${count}`)) count++;
    taken.add(`${name}#${count}`);
    counts.set(name, count);
    return `${name}#${count}`;
  });
}
