/** Where a test run leaves its reports for machines: JSON for the closing line of `.ci/run`, JUnit for merge requests. */
export function reportsOf(suite: 'unit' | 'lab') {
  const files = { json: `out/ci/${suite}.json`, junit: `out/ci/${suite}.xml` };
  return process.env['CI']
    ? { reporters: ['default', 'json', 'junit'], outputFile: files }
    : { reporters: ['default'] };
}
