from django.db import migrations, models

# Calls promised before this version become steps too, at their time.
_PROMISED = """
    UPDATE bookings_booking b SET next_at = b.starts_at - interval '2 minutes'
      FROM bookings_service s
     WHERE s.id = b.service_id AND s."where" = 'phone' AND b.state = 'booked' AND b.starts_at > now()
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0002_letters")]

    operations = [
        migrations.AddField("booking", "next_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "booking",
            models.Index(fields=["next_at"], name="booking_next", condition=models.Q(("next_at__isnull", False))),
        ),
        migrations.RunSQL(_PROMISED, migrations.RunSQL.noop),
    ]
