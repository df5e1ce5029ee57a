// Symbolic names of a scenario: what they stand for now, and which id each object has.

/** `$name` → value, and ids by the first name that their object got. */
export class Names {
  #values = new Map();
  #ids = new Map();
  #unnamed = 0;
  #door;

  /** @param {any} door */
  constructor(door) {
    this.#door = door;
  }

  /** @param {string} name "$m" or "m" */
  get(name) {
    return this.#values.get(name.replace(/^\$/, ""));
  }

  /** @param {string} name @param {unknown} value */
  set(name, value) {
    this.#values.set(name, value);
  }

  /** @param {string} name */
  forget(name) {
    this.#values.delete(name.replace(/^\$/, ""));
  }

  /** The object behind a descriptor is called `name` from now on, unless it has a name. @param {string} name @param {number} descriptor */
  nameObject(name, descriptor) {
    const { errno } = this.#door;
    const { info } = this.#door.bpf_obj_get_info_by_fd(descriptor);
    this.#door.errno = errno;
    if (info !== undefined && !this.#ids.has(info.id)) this.#ids.set(info.id, `id of $${name}`);
  }

  /** How recordings write an id. @param {number} id */
  id(id) {
    if (id === 0) return 0;
    let text = this.#ids.get(id);
    if (text === undefined) {
      text = `id #${++this.#unnamed}`;
      this.#ids.set(id, text);
    }
    return text;
  }
}
