#!/usr/bin/env python3
"""Rehearses a deployment and an update of the stack, as far as moto plays AWS:

    python3 src/test/lint/rehearsal.py

samtranslator makes of the template what CloudFormation gets, and moto makes the resources of it. Then every function has
the role, the log group and the environment that the template means; what the environment names is there, with the bytes
that the package hashes; what the roles are about is the table in use; another parameter arrives, and the table stays. Faults
are planted to see that they are found. One line a finding, and exit code 1 when there are any.

With --batch, standard input is a JSON object {NAME: TEMPLATE} and standard output is {"skipped": BOOLEAN, "findings":
{NAME: [FINDING, ...]}}, of a stack made of each template.

What moto does not know is listed and held against UNKNOWN, so that nobody takes it for rehearsed. IAM's conditions and
routes are judged by the Java tests.
"""

import ast
import copy
import io
import json
import logging
import os
import sys
import warnings
import zipfile

import template

ROOT = template.ROOT
STACK = "latchkey"

# moto 5 makes nothing of these.
UNKNOWN = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Logs::MetricFilter",
    "AWS::Logs::QueryDefinition",
}
# Of these it says no physical name; the functions' policies and versions show that they are there.
NAMELESS = {"AWS::Lambda::Permission", "AWS::Lambda::Version"}


def physical(cloudformation):
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages
            for one in page["StackResourceSummaries"] if one.get("PhysicalResourceId")}


def unresolved(value, path=""):
    """Where a name of the template is left in a text that AWS would get."""
    if isinstance(value, str):
        return [path] if "${" in value else []
    if isinstance(value, dict):
        return [one for key, each in value.items() for one in unresolved(each, f"{path}.{key}")]
    if isinstance(value, list):
        return [one for each in value for one in unresolved(each, path)]
    return []


def check(expansion, clients, table, roles=True):
    """Findings about what is there, of which TABLE is the table in use."""
    findings = []
    names = physical(clients["cloudformation"])
    resources = expansion["Resources"]
    made = {one["Type"] for name, one in resources.items() if name in names}
    wanted = {one["Type"] for one in resources.values() if "Condition" not in one}
    missing = wanted - made - NAMELESS - UNKNOWN
    if missing:
        findings.append(f"moto makes no {', '.join(sorted(missing))}; the list of what it does not know has other types")
    functions = {one["FunctionName"]: one for page in clients["lambda"].get_paginator("list_functions").paginate()
                 for one in page["Functions"]}
    documents = {}
    for name, one in resources.items():
        if one["Type"] != "AWS::Lambda::Function" or name not in names:
            continue
        function = functions[names[name]]
        role = names.get(one["Properties"]["Role"]["Fn::GetAtt"][0])
        if not function["Role"].endswith(f"role{path_of(resources, one)}{role}"):
            findings.append(f"{name} has the role {function['Role']}, and the stack has {role}")
        if function["Runtime"].startswith("provided.") != (function["Handler"] == "bootstrap"):
            findings.append(f"{name} has the handler {function['Handler']} on {function['Runtime']}")
        log = one["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        if not clients["logs"].describe_log_groups(logGroupNamePrefix=names.get(log, "none"))["logGroups"]:
            findings.append(f"{name} logs to {log}, which is not there")
        variables = function.get("Environment", {}).get("Variables", {})
        findings += [f"{name} has {variable}={value}, which names no resource" for variable, value in variables.items()
                     if "${" in str(value)]
        if variables.get("LATCHKEY_TABLE") != table:
            findings.append(f"{name} uses the table {variables.get('LATCHKEY_TABLE')}, and {table} is in use")
        for kind in ("ORDER", "INSTALL"):
            document = variables.get(f"LATCHKEY_SSM_{kind}_DOCUMENT")
            if document not in documents:
                documents[document] = content(clients["ssm"], document)
            with open(os.path.join(ROOT, f"infra/ssm/Latchkey-{kind.capitalize()}.json"), encoding="utf-8") as file:
                if documents[document] != file.read():
                    findings.append(f"{name} runs the {kind.lower()} document {document}, whose bytes are not those of infra/ssm")
        findings += permission(clients["lambda"], name, names[name], resources)
    for name, one in resources.items():
        if roles and one["Type"] == "AWS::IAM::Role" and name in names:
            findings += policies(clients["iam"], name, names[name], table)
    return findings


def path_of(resources, function):
    return resources[function["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"].get("Path", "/")


def content(ssm, document):
    try:
        return ssm.get_document(Name=document)["Content"]
    except ssm.exceptions.ClientError:
        return None


def permission(functions, name, physical_name, resources):
    principals = [one["Properties"]["Principal"] for one in resources.values()
                  if one["Type"] == "AWS::Lambda::Permission" and one["Properties"]["FunctionName"].get("Ref") == name]
    if "LATCHKEY_FUNCTIONS" in resources[name]["Properties"]["Environment"]["Variables"]:
        principals.append("apigateway.amazonaws.com")
    if not principals:
        return []
    try:
        policy = json.loads(functions.get_policy(FunctionName=physical_name)["Policy"])
    except functions.exceptions.ResourceNotFoundException:
        return [f"{name} may be invoked by nobody"]
    allowed = [one["Principal"] if isinstance(one["Principal"], str) else one["Principal"]["Service"]
               for one in policy["Statement"]]
    return [f"{name} may not be invoked by {one}" for one in principals if one not in allowed]


def policies(iam, name, physical_name, table):
    findings = []
    for policy in iam.list_role_policies(RoleName=physical_name)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=physical_name, PolicyName=policy)["PolicyDocument"]
        # moto keeps a policy of a template as Python shows it, and nothing where CloudFormation leaves AWS::NoValue out.
        document = ast.literal_eval(document) if isinstance(document, str) else document
        statements = [one for one in document["Statement"] if one is not None]
        for statement in statements:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            about = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            if any(action.startswith("dynamodb:") for action in actions):
                findings += [f"{name} is about {one}, and the table is {table}" for one in about
                             if not str(one).endswith(f":table/{table}")]
        findings += [f"{name} has a text at {path} that names no resource" for path in unresolved(statements)]
    return findings


def playable(expansion):
    """Moto has no aliases: what is about one is about its function."""
    aliases = {name: one["Properties"]["FunctionName"]["Ref"] for name, one in expansion["Resources"].items()
               if one["Type"] == "AWS::Lambda::Alias"}
    played = copy.deepcopy(expansion)
    for one in played["Resources"].values():
        if "DependsOn" in one:
            named = one["DependsOn"] if isinstance(one["DependsOn"], list) else [one["DependsOn"]]
            one["DependsOn"] = [aliases.get(each, each) for each in named]
    text = json.dumps(played)
    for alias, function in aliases.items():
        text = text.replace(f'{{"Ref": "{alias}"}}', f'{{"Ref": "{function}"}}')
    return json.loads(text)


def rehearse(expansion, update=False, **first):
    """The findings of a stack that is made with these parameters, and updated if it is wanted."""
    import boto3
    from moto import mock_aws

    findings = []
    with mock_aws():
        clients = {name: boto3.client(name) for name in ("cloudformation", "lambda", "iam", "logs", "ssm", "dynamodb", "s3", "events")}
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("bootstrap", "")
        clients["s3"].create_bucket(Bucket="bucket")
        clients["s3"].put_object(Bucket="bucket", Key="function.zip", Body=package.getvalue())
        stack = clients["cloudformation"]

        def deploy(action, parameters):
            values = {"HostName": "whm.example.com", **parameters}
            action(StackName=STACK, TemplateBody=json.dumps(expansion), Capabilities=["CAPABILITY_IAM"],
                   Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()])

        deploy(stack.create_stack, first)
        table = physical(stack).get("Table")
        if bool(first.get("TableName")) == bool(table):
            findings.append(f"TableName={first.get('TableName')} makes the table {table}")
        findings += check(expansion, clients, first.get("TableName", table))
        findings += rules(expansion, clients, "DISABLED" if first.get("Closed") == "yes" else "ENABLED")
        if update:
            # moto changes no role and no rule that is there, and takes out nothing whose condition no longer holds; a
            # stack that is made so has them.
            named = {"GrantsPerServer": "20", "TableName": "latchkey-restored", "Closed": "yes"}
            deploy(stack.update_stack, named)
            findings += check(expansion, clients, "latchkey-restored", roles=False)
            findings += arrives(clients["lambda"], "LATCHKEY_LIMITS_GRANTS", "20")
            findings += arrives(clients["lambda"], "LATCHKEY_CLOSED", "yes")
            deploy(stack.update_stack, {"GrantsPerServer": "40", "TableName": table})
            findings += check(expansion, clients, table, roles=False)
            if table not in clients["dynamodb"].list_tables()["TableNames"]:
                findings.append("the stack's own table is gone")
            # The stack goes, its table stays, and another stack uses it.
            stack.delete_stack(StackName=STACK)
            if table not in clients["dynamodb"].list_tables()["TableNames"]:
                findings.append("a stack that is deleted takes its table with it")
            deploy(stack.create_stack, {"TableName": table})
            findings += [f"with a kept table: {one}" for one in check(expansion, clients, table)]
            if "Table" in physical(stack):
                findings.append("a stack that uses a kept table makes another one")
    return findings


def arrives(functions, variable, value):
    values = {str(one["Environment"]["Variables"].get(variable)) for page in functions.get_paginator("list_functions").paginate()
              for one in page["Functions"]}
    return [f"{variable}={value} arrives as {values}"] if values != {value} else []


def rules(expansion, clients, state):
    names = physical(clients["cloudformation"])
    states = {clients["events"].describe_rule(Name=names[name])["State"] for name, one in expansion["Resources"].items()
              if one["Type"] == "AWS::Events::Rule"}
    return [f"the rules are {states}, and would be {state}"] if states != {state} else []


def known(expansion):
    """What moto can update too: nothing that it has not made."""
    cut = copy.deepcopy(expansion)
    cut["Resources"] = {name: one for name, one in cut["Resources"].items()
                        if one["Type"] not in UNKNOWN and ("Condition" not in one or name == "Table")}
    cut.pop("Outputs", None)
    return json.loads(json.dumps(cut).replace("${Api}", "api"))


def small(expansion, kept=("Version", "ApiTokenList", "TicketGrant", "UnknownFunction", "Reconciler", "Bootstrap")):
    """Two functions of the API are as faulty as all."""
    functions = [name for name, one in expansion["Resources"].items() if one["Type"] == "AWS::Lambda::Function"]
    gone = tuple(name for name in functions if name not in kept)
    cut = copy.deepcopy(expansion)
    for name in list(cut["Resources"]):
        if name.startswith(gone) and not name.startswith(kept):
            del cut["Resources"][name]
    return cut


def environment(resources, name):
    return resources[name]["Properties"]["Environment"]["Variables"]


def planted():
    """Each fault, and a word of what is to be found."""
    def another_table(resources):
        environment(resources, "Version")["LATCHKEY_TABLE"] = {"Ref": "AccessLog"}

    def another_text(resources):
        resources["OrderDocument"]["Properties"]["Content"] += " "

    def documents_exchanged(resources):
        environment(resources, "TicketGrant")["LATCHKEY_SSM_ORDER_DOCUMENT"] = {"Ref": "InstallDocument"}

    def role_of_another_table(resources):
        statements = resources["VersionRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        next(one for one in statements if "dynamodb:GetItem" in one.get("Action", []))["Resource"] = "arn:aws:dynamodb:us-east-1:1:table/other"

    def role_of_another_function(resources):
        resources["Version"]["Properties"]["Role"] = {"Fn::GetAtt": ["TicketGrantRole", "Arn"]}
        resources["Version"]["Properties"]["Environment"]["Variables"]["LATCHKEY_HOSTNAME"] = "${HostName}"

    def no_log_group(resources):
        resources["Version"]["Properties"]["LoggingConfig"]["LogGroup"] = {"Ref": "Table"}

    def nobody_invokes(resources):
        resources["VersionPermission"]["Properties"]["FunctionName"] = {"Ref": "TicketGrant"}
        resources["VersionPermission"]["Properties"]["Principal"] = "events.amazonaws.com"

    def a_name_left_in_a_role(resources):
        statements = resources["TicketGrantRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        next(one for one in statements if one.get("Action") == "ssm:SendCommand")["Resource"] = "arn:aws:ssm:${AWS::Region}:1:document/x"

    return [
        (another_table, "Version uses the table"),
        (another_text, "whose bytes are not those of infra/ssm"),
        (documents_exchanged, "TicketGrant runs the order document"),
        (role_of_another_table, "VersionRole is about"),
        (role_of_another_function, "Version has LATCHKEY_HOSTNAME"),
        (no_log_group, "Version logs to Table"),
        (a_name_left_in_a_role, "TicketGrantRole has a text"),
        (nobody_invokes, "Version may be invoked by nobody"),
    ]


def lacking():
    """A package that is not installed, or None."""
    for package in ("moto", "boto3", "aws-sam-translator"):
        try:
            template.importlib.metadata.version(package)
        except template.importlib.metadata.PackageNotFoundError:
            return package
    return None


def quiet():
    os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)


def judged(document):
    """The findings of a template, of which moto may refuse to make anything."""
    expansion, findings = template.expanded(document)
    if expansion is None:
        return [one["message"] for one in findings]
    try:
        return rehearse(playable(expansion))
    except Exception as e:  # whatever moto says of it
        return [f"moto does not make it: {type(e).__name__}: {e}"]


def batch():
    documents = json.load(sys.stdin)
    skipped = lacking() is not None
    quiet()
    findings = {} if skipped else {name: judged(document) for name, document in documents.items()}
    json.dump({"skipped": skipped, "findings": findings}, sys.stdout)


def main():
    if lacking():
        print(f"skipped: {lacking()} is not installed")
        return 0
    quiet()
    from samtranslator.yaml_helper import yaml_parse

    with open(os.path.join(ROOT, "sam-template.yaml"), encoding="utf-8") as stream:
        expansion, findings = template.expanded(yaml_parse(stream.read()))
    findings = [one["message"] for one in findings]
    if expansion is not None:
        expansion = playable(expansion)
        findings += rehearse(expansion)
        findings += [f"with another table: {one}" for one in
                     rehearse(small(expansion), TableName="latchkey-restored", UsageRecords="yes",
                              Closed="yes")]
        findings += [f"updated: {one}" for one in rehearse(known(expansion), update=True)]
        for fault, word in planted():
            faulty = small(expansion)
            fault(faulty["Resources"])
            found = rehearse(faulty)
            if not any(word in one for one in found):
                findings.append(f"the planted fault {fault.__name__} is not found, but {found}")
    for one in findings:
        print(f"sam-template.yaml: {one} (rehearsal)")
    count = len(expansion["Resources"]) if expansion else 0
    print(f"moto {template.importlib.metadata.version('moto')}: {count} resources made, updated and put back, "
          f"{len(planted())} faults planted; not known to moto: {', '.join(sorted(UNKNOWN))}: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--batch"]:
        batch()
    else:
        sys.exit(main())
