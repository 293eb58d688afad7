/** A value that is there, or will be. What is there at once saves each request a promise. */
export type MaybePromise<T> = T | Promise<T>;
