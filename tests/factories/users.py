"""People of the editorial desk."""

from django.contrib.auth.models import Group, User

from tests.factories.slugs import unused


def make_user(*groups: str, name: str = "") -> User:
    """Create somebody who belongs to the groups (curator, reviewer, administrator)."""
    user = User.objects.create_user(username=name or unused("user"), is_staff=bool(groups))
    user.groups.set(Group.objects.filter(name__in=groups))
    return user
