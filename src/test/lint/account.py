#!/usr/bin/env python3
"""An account of moto's in which the stack stands, for a rehearsal of what operators do to it, until standard input ends.

Prints the port, on loopback, then one JSON object with the stack's resources by logical id. Only a few functions are made: one
of the API is as good as all.
"""

import io
import json
import logging
import os
import sys
import warnings
import zipfile

import rehearsal
import template

KEPT = ("Version", "ApiTokenList", "FleetHold", "ApiTokenRevoke", "ApiTokenUpdate", "Suspendreseller", "Terminatereseller", "FleetServerUpdate", "UnknownFunction", "Reconciler", "Bootstrap")


def main():
    os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    import boto3
    from moto.server import ThreadedMotoServer
    from samtranslator.yaml_helper import yaml_parse

    with open(os.path.join(template.ROOT, "sam-template.yaml"), encoding="utf-8") as stream:
        expansion, findings = template.expanded(yaml_parse(stream.read()))
    if expansion is None:
        sys.exit(str(findings))
    stack = rehearsal.known(rehearsal.small(rehearsal.playable(expansion), KEPT))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    clients = {name: boto3.client(name, endpoint_url=f"http://{host}:{port}") for name in ("cloudformation", "s3")}
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("bootstrap", "")
    clients["s3"].create_bucket(Bucket="bucket")
    clients["s3"].put_object(Bucket="bucket", Key="function.zip", Body=package.getvalue())
    clients["cloudformation"].create_stack(
        StackName=rehearsal.STACK, TemplateBody=json.dumps(stack), Capabilities=["CAPABILITY_IAM"],
        # moto knows no previous value of a parameter that was not given.
        Parameters=[{"ParameterKey": name, "ParameterValue": str(one.get("Default", "whm.example.com"))}
                    for name, one in stack["Parameters"].items()])
    print(port)
    print(json.dumps(rehearsal.physical(clients["cloudformation"])), flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
