"""Runs moto, a store by other people that speaks S3, on loopback for one test.

It holds one bucket, "papers", and one account that may use S3; signatures are checked from then on.
The first line that it writes is its address, the second the account, "id:secret". For each line that
it reads it says how many objects lie in the bucket, and in how many of them that line stands. It ends
when its standard input does.
"""

import os
import sys

# The requests that make the account and the bucket are the last ones taken unsigned.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")

import boto3
from moto.server import ThreadedMotoServer

POLICY = (
    '{"Version": "2012-10-17", "Statement": '
    '[{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
)


def bodies(house):
    for page in house.get_paginator("list_objects_v2").paginate(Bucket="papers"):
        for one in page.get("Contents", []):
            yield house.get_object(Bucket="papers", Key=one["Key"])["Body"].read()


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    anybody = {
        "endpoint_url": address,
        "region_name": "eu-west-1",
        "aws_access_key_id": "unchecked",
        "aws_secret_access_key": "unchecked",
    }
    iam = boto3.client("iam", **anybody)
    iam.create_user(UserName="house")
    iam.put_user_policy(UserName="house", PolicyName="contents", PolicyDocument=POLICY)
    key = iam.create_access_key(UserName="house")["AccessKey"]
    boto3.client("s3", **anybody).create_bucket(
        Bucket="papers", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    print(address)
    print(f"{key['AccessKeyId']}:{key['SecretAccessKey']}", flush=True)
    house = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="eu-west-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    for line in sys.stdin:
        all = list(bodies(house))
        words = line.rstrip("\n").encode()
        print(len(all), sum(words in body for body in all), flush=True)


main()
