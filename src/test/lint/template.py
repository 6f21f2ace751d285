#!/usr/bin/env python3
"""Lints the SAM template and the OpenAPI document with the tools that everybody uses, as far as this Python has them:

    python3 src/test/lint/template.py [TEMPLATE [OPENAPI]]

cfn-lint knows what CloudFormation takes, samtranslator makes of the template what CloudFormation gets, and
openapi-spec-validator knows what an OpenAPI document is. A tool that is not installed is skipped, and the output says so.
One line a finding, and exit code 1 when there are any. Our own policy is in lint.mjs.

With --batch, standard input is a JSON object {NAME: {"tool": TOOL, "document": DOCUMENT}} and standard output is
{"skipped": [TOOL, ...], "findings": {NAME: [FINDING, ...]}}: many faulty documents, and Python and its tools start once.
"""

import importlib.metadata
import json
import os
import re
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))

CFN_LINT = "cfn-lint"
SAM = "samtranslator"
OPENAPI = "openapi-spec-validator"
PACKAGES = {CFN_LINT: "cfn-lint", SAM: "aws-sam-translator", OPENAPI: "openapi-spec-validator"}

# E3051 cannot read an SSM document whose Content is text and calls each of them invalid. Ours are text so that Systems
# Manager hashes the bytes that the program hashes, and lint.mjs looks into them.
IGNORED = ["E3051"]

# CloudFormation itself takes 5 for "5"; a value of the wrong type is a slip all the same.
RULES = {"E3012": {"strict": True}}

# cfn-lint tries a parameter where it is used with its default, so that one without a default would fit everywhere.
EXAMPLES = {"HostName": "whm.example.com"}

# The functions that the stack must have room for. CloudFormation takes 500 resources a stack and a template of 1 MB, API
# Gateway 300 routes and 300 integrations an API; the rest is room for what comes.
FUNCTIONS = 130
LIMITS = {"resources": 494, "routes": 290, "integrations": 290, "bytes": 1024 * 1024}


OTHERS = ("login", "console")
ENTRANCE = re.compile(r"/(log(in|out)|mcp)\b|^/$|^/console/")

# However many functions there are, two get a new release first.
OF_CANARIES = {"AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::CodeDeploy::DeploymentGroup"}


def version(tool):
    """The installed version, or None."""
    try:
        return importlib.metadata.version(PACKAGES[tool])
    except importlib.metadata.PackageNotFoundError:
        return None


def finding(tool, where, message):
    return {"tool": tool, "resource": where, "message": message}


def shortened(text):
    """cfn-lint lists all names that there are."""
    return text if len(text) <= 240 else text[:240] + "…"


def cfn_lint(document):
    from cfnlint.config import ConfigMixIn
    from cfnlint.decode.decode import decode_str
    from cfnlint.runner import Runner

    text = document if isinstance(document, str) else json.dumps(document)
    template, errors = decode_str(text)
    findings = []
    if template is not None and not errors:
        for name, parameter in template.get("Parameters", {}).items():
            if "Default" not in parameter and name not in EXAMPLES:
                findings.append(finding(CFN_LINT, name, "is a parameter without a default; template.py would have an example"))
            parameter.setdefault("Default", EXAMPLES.get(name, ""))
        config = ConfigMixIn(regions=["us-east-1"], ignore_checks=IGNORED, configure_rules=RULES)
        errors = Runner(config).validate_template(template)
    for error in errors:
        path = [str(part) for part in getattr(error, "path", None) or []]
        # What SAM refuses has no path, and its message names the resource.
        named = re.search(r"\[(\w+)\]", error.message) if not path else None
        where = (path[:2] or [named.group(1) if named else f"line {error.linenumber}"])[-1]
        at = ".".join(path[3:] if path[2:3] == ["Properties"] else path[2:])
        message = (f"{at}: " if at else "") + shortened(error.message)
        findings.append(finding(f"{CFN_LINT} {error.rule.id}", where, message))
    return findings


def expanded(template):
    """What CloudFormation gets, and findings if SAM refuses to make it."""
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    functions = [one.get("Properties", {}) for one in template.get("Resources", {}).values()]
    for properties in [template.get("Globals", {}).get("Function", {}), *functions]:
        # A deployment uploads the package first and puts its place here.
        if isinstance(properties.get("CodeUri"), str):
            properties["CodeUri"] = "s3://bucket/function.zip"
    try:
        return Translator({}, Parser()).translate(template, parameter_values={}), []
    except InvalidDocumentException as e:
        messages = [cause.message for cause in e.causes]
        names = [re.search(r"\[(\w+)\]", message) for message in messages]
        return None, [
            finding(SAM, name.group(1) if name else "Resources", message) for name, message in zip(names, messages)
        ]


def routes_of(body):
    return [
        path
        for path, methods in body.get("paths", {}).items()
        for method in methods or {}
        if method != "parameters" and path != "/$default"
    ]


def figures(expansion):
    """How much there is of each, and how much there will be when the functions are as many as there must be room for."""
    resources = expansion["Resources"]
    environments = {
        name: one.get("Properties", {}).get("Environment", {}).get("Variables", {}) for name, one in resources.items()
    }
    # There is one that opens sessions, and one for the console, however many functions there are.
    functions = [name for name, variables in environments.items() if variables.get("LATCHKEY_FUNCTIONS", OTHERS[0]) not in OTHERS]
    apis = [one for one in resources.values() if one["Type"] == "AWS::ApiGatewayV2::Api"]
    bodies = [one["Properties"].get("Body", {}) for one in apis]
    integrations = [
        name
        for body in bodies
        for name in body.get("components", {}).get("x-amazon-apigateway-integrations", {})
    ]
    # What begins with a function's name is the function's, and so is nearly all of an API.
    own = {name: one for name, one in resources.items() if name.startswith(tuple(functions)) and one["Type"] not in OF_CANARIES}
    now = {
        "resources": len(resources),
        "routes": sum(len(routes_of(body)) for body in bodies) + 1,
        "integrations": len(integrations),
        "bytes": size(expansion),
    }
    each = {
        "resources": len(own),
        "routes": sum(1 for body in bodies for route in routes_of(body) if not ENTRANCE.search(str(route))),
        "integrations": len([name for name in integrations if name.startswith(tuple(functions))]),
        "bytes": size(own) + sum(size(body) for body in bodies),
    }
    scaled = max(len(functions), FUNCTIONS)
    grown = {
        key: now[key] - each[key] + -(-each[key] * scaled // len(functions)) if functions else now[key] for key in now
    }
    return len(functions), now, scaled, grown


def size(value):
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def listed(counts):
    return ", ".join(f"{count:,} {key}" for key, count in counts.items())


def sam(document, note=lambda text: None):
    import yaml
    from samtranslator.yaml_helper import yaml_parse

    text = document if isinstance(document, str) else json.dumps(document)
    try:
        expansion, findings = expanded(yaml_parse(text) if isinstance(document, str) else document)
    except yaml.YAMLError as e:
        return [finding(SAM, "Resources", f"are no YAML: {' '.join(str(e).split())}")]
    if expansion is None:
        return findings
    functions, now, scaled, grown = figures(expansion)
    note(f"{functions} functions: {listed(now)}; {scaled} functions: {listed(grown)}")
    for key, limit in LIMITS.items():
        if grown[key] > limit:
            message = f"are {grown[key]} {key} with {scaled} functions; they would be {limit} at most"
            findings.append(finding(SAM, "Resources", message))
    if len(text.encode()) > LIMITS["bytes"]:
        message = f"are a template of {len(text.encode())} bytes; it would have {LIMITS['bytes']} at most"
        findings.append(finding(SAM, "Resources", message))
    return findings


def openapi(document):
    from openapi_spec_validator.shortcuts import get_validator_cls

    spec = json.loads(document) if isinstance(document, str) else document
    return [
        finding(OPENAPI, "/".join(str(part) for part in error.absolute_path) or "document", shortened(error.message))
        for error in get_validator_cls(spec)(spec).iter_errors()
    ]


CHECKS = {CFN_LINT: cfn_lint, SAM: sam, OPENAPI: openapi}


def batch():
    skipped = [tool for tool in CHECKS if version(tool) is None]
    documents = json.load(sys.stdin)
    findings = {
        name: CHECKS[one["tool"]](one["document"]) for name, one in documents.items() if one["tool"] not in skipped
    }
    json.dump({"skipped": skipped, "findings": findings}, sys.stdout)


def main(template, document):
    template = template or os.path.join(ROOT, "sam-template.yaml")
    document = document or os.path.join(ROOT, "infra/openapi.json")
    found = False
    for tool, file in ((CFN_LINT, template), (SAM, template), (OPENAPI, document)):
        shown = os.path.relpath(file, ROOT) if file.startswith(ROOT) else file
        if version(tool) is None:
            print(f"skipped: {tool} is not installed")
            continue
        with open(file, encoding="utf-8") as stream:
            text = stream.read()
        notes = []
        findings = sam(text, notes.append) if tool == SAM else CHECKS[tool](text)
        print(": ".join([f"{tool} {version(tool)}", shown, *notes, f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"]))
        for one in findings:
            print(f"{shown}:{one['resource']}: {one['message']} ({one['tool']})")
        found = found or bool(findings)
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--batch"]:
        batch()
    else:
        sys.exit(main(*(sys.argv[1:] + [None, None])[:2]))
