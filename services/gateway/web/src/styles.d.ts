// A script may bring styles of its own; the build puts them into a file beside it.
declare module "*.css";
