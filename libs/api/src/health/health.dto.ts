/** `up` when asked successfully. */
export class HealthView {
  /** @example "up" */
  status!: string;
}
