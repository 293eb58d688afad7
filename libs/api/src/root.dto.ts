/** Where to begin. */
export class RootView {
  _links!: Record<string, { href: string }>;
}
