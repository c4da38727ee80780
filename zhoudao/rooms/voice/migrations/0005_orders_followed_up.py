"""Delivered orders are followed up: who was asked, and what they said."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0007_board_indexes"),
        ("voice", "0004_held_news"),
    ]

    operations = [
        migrations.AddField(
            model_name='followuprule',
            name='asks_orders',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='followuprule',
            name='order_days',
            field=models.PositiveSmallIntegerField(db_default=2, default=2),
        ),
        migrations.AddField(
            model_name='followuprule',
            name='silent_stores',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), db_default=[], default=list, size=None),
        ),
        migrations.AlterField(
            model_name='asking',
            name='spared',
            field=models.CharField(blank=True, choices=[('off', 'follow-up was switched off'), ('opted_out', 'does not want to be asked'), ('lately', 'was asked a short time before'), ('spoken', 'came by a channel that carries no written question'), ('open_again', 'the case was opened again'), ('too_late', 'it was too long ago'), ('unreached', 'there is no way to write to them'), ('rated', 'had rated by themselves')], db_default='', default='', max_length=10),
        ),
        migrations.CreateModel(
            name='OrderAsking',
            fields=[
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='followed_up', serialize=False, to='orders.order')),
                ('asked_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('spared', models.CharField(blank=True, choices=[('off', 'follow-up was switched off'), ('opted_out', 'does not want to be asked'), ('lately', 'was asked a short time before'), ('spoken', 'came by a channel that carries no written question'), ('open_again', 'the case was opened again'), ('too_late', 'it was too long ago'), ('unreached', 'there is no way to write to them'), ('rated', 'had rated by themselves')], db_default='', default='', max_length=10)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='order_asking_due'), models.Index(condition=models.Q(('asked_at__isnull', False)), fields=['asked_at'], name='order_asking_at')],
            },
        ),
        migrations.CreateModel(
            name='OrderRating',
            fields=[
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='said', serialize=False, to='orders.order')),
                ('product', models.PositiveSmallIntegerField()),
                ('delivery', models.PositiveSmallIntegerField()),
                ('service', models.PositiveSmallIntegerField()),
                ('comment', models.TextField(blank=True)),
                ('rated_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['rated_at'], name='order_rating_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('delivery__range', (1, 5)), ('product__range', (1, 5)), ('service__range', (1, 5))), name='order_scores_1_to_5')],
            },
        ),
    ]
