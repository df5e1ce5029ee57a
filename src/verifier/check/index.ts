export { check, type Failure } from "./check.ts";
