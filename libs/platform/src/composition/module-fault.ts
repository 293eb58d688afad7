/** Why a module cannot be used; found before the server listens. */
export class ModuleFault extends Error {
  constructor(
    readonly module: string,
    message: string,
  ) {
    super(`Module "${module}" ${message}`);
    this.name = 'ModuleFault';
  }
}
