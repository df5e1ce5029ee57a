export { Assembly, NotData, type Piece, takeApart } from "./pieces.ts";
export { NoThread, Threads } from "./threads.ts";
export { hasWorker } from "./worker-file.ts";
