"""FHIR R4: bundles and the resources that Caredesk exchanges, read strictly and printed.

What is wrong is a `Flaw` with the path of the element ("Bundle.entry[3].resource.birthDate").
Codes and extensions that are not understood here are kept as they were sent.

- `files`: what is on disk (JSON, NDJSON, gzip, folders), with limits;
- `bundles`: the resources in a document, and where each stands;
- `references`: what a reference points to, in its own bundle or in another file;
- `element`, `dates`, `datatypes`: the parts;
- `patient`, `practitioner`, `organization`, `encounter`: the resources.
"""
