from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0004_texts")]

    operations = [
        migrations.AddIndex(
            "booking",
            models.Index(
                condition=models.Q(("outcome", ""), ("state__in", ("booked", "arrived", "serving", "done"))),
                fields=["store", "ends_at", "id"],
                name="booking_unwritten",
            ),
        ),
    ]
