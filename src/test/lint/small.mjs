// A template with a few functions of the API, which is as faulty as one with all of them and read in a third of the time.

/** @return a copy of the template with these functions, named as in LATCHKEY_FUNCTIONS, and those that no declaration has */
export function small(template, ...kept) {
  const copy = structuredClone(template);
  const { paths, components } = copy.Resources.Api.Properties.DefinitionBody;
  for (const [id, { Properties }] of Object.entries(copy.Resources)) {
    const name = Properties?.Environment?.Variables?.LATCHKEY_FUNCTIONS;
    if (name && !kept.includes(name)) {
      ['', 'Role', 'Permission'].forEach((suffix) => delete copy.Resources[`${id}${suffix}`]);
      delete components['x-amazon-apigateway-integrations'][id];
      Object.keys(paths).filter((each) => JSON.stringify(paths[each]).includes(`/${id}"`)).forEach((each) => delete paths[each]);
    }
  }
  // What was there for those functions alone, such as whether agents have a door, would be a finding of its own.
  Object.keys(copy.Conditions)
    .filter((each) => !JSON.stringify({ ...copy, Conditions: { ...copy.Conditions, [each]: 0 } }).replace(`"${each}":0`, '').includes(`"${each}"`))
    .forEach((each) => delete copy.Conditions[each]);
  return copy;
}
