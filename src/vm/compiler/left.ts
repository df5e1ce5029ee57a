/** Why compiled code came back, beside what stop.ts lists: the interpreter has to go on, from the site in the area. */
export const LEFT = 5;
