import { simulate } from "../../src/index.ts";
import { contract } from "./index.ts";
import { simulatedTarget } from "./simulated-target.ts";

contract(simulatedTarget(simulate));
