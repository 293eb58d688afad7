/**
 * Link relations registered with IANA that a resource of an API may have.
 *
 * @see https://www.iana.org/assignments/link-relations/link-relations.xhtml
 */
export const IANA_RELATIONS: ReadonlySet<string> = new Set(
  `about alternate appendix archives author blocked-by bookmark canonical chapter cite-as collection contents copyright
  create-form current describedby describes disclosure duplicate edit edit-form edit-media enclosure external first
  glossary help hosts hub icon index item last latest-version license linkset memento monitor monitor-group next
  next-archive original payment predecessor-version prev preview prev-archive privacy-policy profile publication related
  replies search section self service service-desc service-doc service-meta start status subsection successor-version
  sunset tag terms-of-service timegate timemap type up version-history via working-copy working-copy-of`.split(/\s+/),
);
