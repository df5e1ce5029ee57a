import { contract } from "../../contract/index.ts";
import { windowsTarget } from "./target.ts";

contract(windowsTarget);
