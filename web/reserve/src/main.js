// What the page runs. Without a document (in Node) it only offers the verifier.
import { open } from "./page.js";
import { verify } from "./verify.js";

window.verifyReserve = verify;
if (window.document) open();
