import django.db.models.deletion
import django.db.models.expressions
import zhoudao.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0005_guesses'),
        ('conversations', '0011_enclosures'),
        ('customers', '0005_worth'),
        ('files', '0001_initial'),
        ('orders', '0010_rare_indexes'),
        ('stock', '0002_allocation'),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE return_number START 1", "DROP SEQUENCE return_number"),
        migrations.RunSQL("CREATE SEQUENCE refund_number START 1", "DROP SEQUENCE refund_number"),
        migrations.CreateModel(
            name='Purse',
            fields=[
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='purse', serialize=False, to='orders.order')),
                ('taken_minor', models.BigIntegerField()),
                ('promised_minor', models.BigIntegerField(default=0)),
                ('paid_minor', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('paid_minor__gte', 0), ('promised_minor__gte', models.F('paid_minor')), ('taken_minor__gte', models.F('promised_minor'))), name='purse_never_beyond')],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.UUIDField(default=zhoudao.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=24, unique=True)),
                ('state', models.CharField(choices=[('asked', 'To be approved'), ('approved', 'To be paid'), ('sending', 'With the payment service'), ('stuck', 'Needs a person'), ('paid', 'Paid back'), ('refused', 'Refused')], default='asked', max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('goods_minor', models.BigIntegerField()),
                ('lost_minor', models.BigIntegerField(default=0)),
                ('fee_minor', models.BigIntegerField(default=0)),
                ('shipping_minor', models.BigIntegerField(default=0)),
                ('postage_minor', models.BigIntegerField(default=0)),
                ('over_minor', models.BigIntegerField(default=0)),
                ('amount_minor', models.BigIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(max_length=120)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_by', models.CharField(blank=True, max_length=120)),
                ('refused_for', models.CharField(blank=True, max_length=20)),
                ('gateway', models.CharField(blank=True, max_length=40)),
                ('reference', models.CharField(blank=True, max_length=80)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('trouble', models.CharField(blank=True, max_length=40)),
                ('paid_at', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='ReturnRequest',
            fields=[
                ('id', models.UUIDField(default=zhoudao.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('refund_only', 'Refund only'), ('return_refund', 'Return and refund')], max_length=20)),
                ('reason', models.CharField(choices=[('no_reason', 'I changed my mind'), ('unsuitable', 'It does not fit or suit me'), ('quality', 'It does not work properly'), ('not_as_described', 'It is not as described'), ('wrong_item', 'I got something else'), ('missing', 'Something is missing'), ('damaged', 'It arrived damaged')], max_length=20)),
                ('state', models.CharField(choices=[('requested', 'To be decided'), ('approved', 'Agreed'), ('sent', 'On its way back'), ('received', 'To be inspected'), ('inspected', 'Money to be paid back'), ('refunded', 'Paid back'), ('rejected', 'Nothing is paid back'), ('declined', 'Declined'), ('cancelled', 'Withdrawn'), ('expired', 'Never sent')], default='requested', max_length=12)),
                ('policy_version', models.PositiveIntegerField()),
                ('terms', models.JSONField(default=dict)),
                ('is_exception', models.BooleanField(default=False)),
                ('words_sealed', models.BinaryField(null=True)),
                ('language', models.CharField(max_length=10)),
                ('key', models.UUIDField(unique=True)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(max_length=120)),
                ('channel', models.CharField(max_length=40)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('declined_for', models.CharField(blank=True, max_length=20)),
                ('send_by', models.DateField(null=True)),
                ('carrier', models.CharField(blank=True, max_length=30)),
                ('tracking_number', models.CharField(blank=True, max_length=40)),
                ('received_at', models.DateTimeField(null=True)),
                ('inspected_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('owed_minor', models.BigIntegerField(default=0)),
                ('conversation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='conversations.conversation')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='customers.customer')),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='orders.order')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.store')),
                ('warehouse', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stock.warehouse')),
            ],
        ),
        migrations.CreateModel(
            name='ReturnPiece',
            fields=[
                ('id', models.UUIDField(default=zhoudao.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('rank', models.PositiveIntegerField()),
                ('is_live', models.BooleanField(default=True)),
                ('is_here', models.BooleanField(default=False)),
                ('is_missing', models.BooleanField(default=False)),
                ('here_with', models.UUIDField(null=True)),
                ('found_with', models.UUIDField(null=True)),
                ('condition', models.CharField(blank=True, choices=[('as_new', 'As new'), ('opened', 'Opened, complete'), ('used', 'Signs of use'), ('damaged', 'Damaged'), ('faulty', 'Faulty, as said'), ('foreign', 'Not what we sent')], max_length=10)),
                ('disposition', models.CharField(blank=True, choices=[('restock', 'Back into stock'), ('refurbish', 'To be put right'), ('vendor', 'Back to the supplier'), ('scrap', 'Scrapped'), ('send_back', 'Back to the customer')], max_length=10)),
                ('is_accepted', models.BooleanField(default=False)),
                ('lost_percent', models.PositiveSmallIntegerField(default=0)),
                ('lost_minor', models.BigIntegerField(default=0)),
                ('fee_minor', models.BigIntegerField(default=0)),
                ('paid_minor', models.BigIntegerField(default=0)),
                ('shipping_minor', models.BigIntegerField(default=0)),
                ('set_aside_at', models.DateTimeField(null=True)),
                ('order_line', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.orderline')),
                ('refund', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='aftersales.refund')),
                ('request', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='aftersales.returnrequest')),
            ],
        ),
        migrations.CreateModel(
            name='ReturnPhoto',
            fields=[
                ('id', models.UUIDField(default=zhoudao.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('is_ours', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='files.storedfile')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='aftersales.returnrequest')),
            ],
        ),
        migrations.AddField(
            model_name='refund',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='aftersales.returnrequest'),
        ),
        migrations.CreateModel(
            name='Stray',
            fields=[
                ('id', models.UUIDField(default=zhoudao.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=80)),
                ('quantity', models.PositiveIntegerField(default=1)),
                ('key', models.UUIDField(unique=True)),
                ('found_at', models.DateTimeField()),
                ('found_by', models.CharField(max_length=120)),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by', models.CharField(blank=True, max_length=120)),
                ('settled_as', models.CharField(blank=True, max_length=20)),
                ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='strays', to='aftersales.returnrequest')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stock.warehouse')),
            ],
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(fields=['order', '-id'], name='return_order'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(fields=['customer', '-id'], name='return_customer'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(fields=['store', '-id'], name='return_store'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['state', '-id'], name='return_open'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(condition=models.Q(('state__in', ('approved', 'sent'))), fields=['send_by', 'id'], name='return_send_by'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(condition=models.Q(('tracking_number', ''), _negated=True), fields=['tracking_number'], name='return_parcel'),
        ),
        migrations.AddConstraint(
            model_name='returnrequest',
            constraint=models.CheckConstraint(condition=models.Q(('owed_minor__gte', 0)), name='return_owes_something'),
        ),
        migrations.AddConstraint(
            model_name='returnrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state__in', ('requested', 'approved', 'sent', 'received', 'inspected'))), models.Q(models.Q(('state__in', ('requested', 'approved', 'sent', 'received', 'inspected')), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='return_over_says_when'),
        ),
        migrations.AddIndex(
            model_name='returnpiece',
            index=models.Index(condition=models.Q(('set_aside_at__isnull', False)), fields=['set_aside_at', 'id'], name='piece_aside'),
        ),
        migrations.AddConstraint(
            model_name='returnpiece',
            constraint=models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('order_line', 'rank'), name='one_return_a_piece'),
        ),
        migrations.AddConstraint(
            model_name='returnpiece',
            constraint=models.UniqueConstraint(fields=('request', 'order_line', 'rank'), name='one_piece_a_request'),
        ),
        migrations.AddConstraint(
            model_name='returnpiece',
            constraint=models.CheckConstraint(condition=models.Q(('lost_percent__lte', 100)), name='piece_loses_a_part'),
        ),
        migrations.AddConstraint(
            model_name='returnphoto',
            constraint=models.UniqueConstraint(fields=('request', 'file'), name='one_photo_a_request'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('state__in', ('paid', 'refused')), _negated=True), fields=['-id'], name='refund_open'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at', 'id'], name='refund_due'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('paid_at__isnull', False)), fields=['paid_at', 'id'], name='refund_paid'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('goods_minor'), '-', models.F('lost_minor')), '-', models.F('fee_minor')), '+', models.F('shipping_minor')), '+', models.F('postage_minor')), '-', models.F('over_minor')))), name='refund_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0), ('fee_minor__gte', 0), ('goods_minor__gte', 0), ('lost_minor__gte', 0), ('over_minor__gte', 0), ('postage_minor__gte', 0), ('shipping_minor__gte', 0)), name='refund_amounts'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paid_at__isnull', False), ('state', 'paid')), models.Q(models.Q(('state', 'paid'), _negated=True), ('paid_at', None)), _connector='OR'), name='refund_paid_says_when'),
        ),
        migrations.AddIndex(
            model_name='stray',
            index=models.Index(condition=models.Q(('settled_at', None)), fields=['-id'], name='stray_open'),
        ),
        migrations.AddConstraint(
            model_name='stray',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='stray_is_something'),
        ),
    ]
