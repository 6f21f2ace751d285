#!/usr/bin/env python3
"""A bucket of moto's as the template makes it, with a user who may do there what the reconciler may, until standard input ends.

Ends with 77 where moto, boto3 or samtranslator is not installed. Prints the port, on loopback, and the user's key and secret, each on a line. moto judges signatures by AWS' own library, and what the
user may do. At the end it prints one JSON object: of each version of each object its key, text and retention.
"""

import json
import logging
import os
import sys
import warnings

import template

NAME = "audit-bucket"

# What automake's tests end with where a tool is not installed; everything else that ends this is a failure.
SKIPPED = 77


def statements(expansion):
    """The reconciler's statements about S3, of the branch in which the bucket is made."""
    policies = expansion["Resources"]["ReconcilerRole"]["Properties"]["Policies"]
    found = []
    for statement in policies[0]["PolicyDocument"]["Statement"]:
        when, one = (statement["Fn::If"][0], statement["Fn::If"][1]) if "Fn::If" in statement else (None, statement)
        if "s3:" in json.dumps(one):
            assert when == "HasAuditStream", when
            found.append({**one, "Resource": one["Resource"]["Fn::Sub"].replace("${AuditBucket.Arn}", "arn:aws:s3:::" + NAME)})
    return found


def main():
    os.environ.update(AWS_DEFAULT_REGION="eu-central-1", AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    try:
        import boto3
        import samtranslator  # noqa: F401
        import moto.server  # noqa: F401
    except ImportError as missing:
        print(missing, file=sys.stderr)
        sys.exit(SKIPPED)
    from moto import settings
    from moto.s3.models import s3_backends
    from moto.server import ThreadedMotoServer
    from samtranslator.yaml_helper import yaml_parse

    with open(os.path.join(template.ROOT, "sam-template.yaml"), encoding="utf-8") as stream:
        whole = yaml_parse(stream.read())
    default = whole["Parameters"]
    bucket = whole["Resources"]["AuditBucket"]["Properties"]
    rule = bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    s3, iam = (boto3.client(name, endpoint_url=f"http://{host}:{port}") for name in ("s3", "iam"))
    s3.create_bucket(Bucket=NAME, ObjectLockEnabledForBucket=bucket["ObjectLockEnabled"],
                     CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object_lock_configuration(Bucket=NAME, ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {
            "Mode": default[rule["Mode"]["Ref"]]["Default"], "Days": default[rule["Days"]["Ref"]]["Default"]}}})
    iam.create_user(UserName="reconciler")
    iam.put_user_policy(UserName="reconciler", PolicyName="declared", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": statements(whole)}))
    key = iam.create_access_key(UserName="reconciler")["AccessKey"]
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    print(port, key["AccessKeyId"], key["SecretAccessKey"], sep="\n", flush=True)
    sys.stdin.read()
    backend = next(one["global"] for one in s3_backends.values() if NAME in one["global"].buckets)
    versions = backend.buckets[NAME].keys.getlist
    print(json.dumps([
        {"key": one.name, "text": one.value.decode(), "mode": one.lock_mode, "until": one.lock_until,
         "checksum": one.checksum_value, "type": one.metadata.get("Content-Type")}
        for name in sorted(backend.buckets[NAME].keys) for one in versions(name)]))
    server.stop()


if __name__ == "__main__":
    main()
