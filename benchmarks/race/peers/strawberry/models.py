"""The rig's tables as Tortoise models.

`connection` has a composite primary key, which Tortoise does not model: `member_id` is
declared as its key, which is enough for reads.
"""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class Company(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.TextField()

    class Meta:
        table = "company"


class Member(Model):
    id = fields.BigIntField(primary_key=True)
    handle = fields.TextField()
    name = fields.TextField()
    headline = fields.TextField()
    location = fields.TextField()
    about = fields.TextField(null=True)
    email = fields.TextField(null=True)
    phone = fields.TextField(null=True)
    birthday = fields.DateField(null=True)
    website = fields.TextField(null=True)
    avatar_url = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    about_audience = fields.CharField(max_length=12)
    email_audience = fields.CharField(max_length=12)
    phone_audience = fields.CharField(max_length=12)
    birthday_audience = fields.CharField(max_length=12)
    website_audience = fields.CharField(max_length=12)

    class Meta:
        table = "member"


class Position(Model):
    id = fields.BigIntField(primary_key=True)
    member = fields.ForeignKeyField("models.Member", related_name="positions")
    company = fields.ForeignKeyField("models.Company", related_name="positions")
    title = fields.TextField()
    ended_on = fields.DateField(null=True)

    class Meta:
        table = "position"


class Connection(Model):
    member_id = fields.BigIntField(primary_key=True)
    peer = fields.ForeignKeyField("models.Member", related_name="connected_to")
    connected_at = fields.DatetimeField()

    class Meta:
        table = "connection"


class NetworkEntry(Model):
    id = fields.BigIntField(primary_key=True)
    owner = fields.ForeignKeyField("models.Member", related_name="network_entries")
    contact = fields.ForeignKeyField("models.Member", related_name="listed_by")
    note = fields.TextField()
    tags = ArrayField(element_type="text")
    created_at = fields.DatetimeField()

    class Meta:
        table = "network_entry"


class Invitation(Model):
    id = fields.BigIntField(primary_key=True)
    sender = fields.ForeignKeyField("models.Member", related_name="invitations_sent")
    recipient = fields.ForeignKeyField("models.Member", related_name="invitations")
    message = fields.TextField(null=True)
    status = fields.CharField(max_length=12, default="PENDING")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "invitation"
