/**
 * Names for the columns of a table: never empty, never twice (case not counted).
 * @param given as in the file; "" where there is none.
 */
export function nameColumns(given: readonly string[]): { names: string[]; notes: string[] } {
  const notes: string[] = [];
  const taken = new Set<string>();
  const names = given.map((original, index) => {
    let name = original;
    if (name === '') {
      name = `column${index + 1}`;
      notes.push(`Column ${index + 1} has no name in the file; it is called "${name}".`);
    }
    if (taken.has(name.toLowerCase())) {
      let number = 2;
      while (taken.has(`${name}_${number}`.toLowerCase())) number++;
      notes.push(`The name "${name}" of column ${index + 1} is taken; it is called "${name}_${number}".`);
      name = `${name}_${number}`;
    }
    taken.add(name.toLowerCase());
    return name;
  });
  return { names, notes };
}
