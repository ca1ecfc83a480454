using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads <c>strategy</c> and <c>updateStrategy</c>, which every kind writes in a way of its own.</summary>
internal static class StrategyReader
{
    private static readonly WellKnownWords _types = new("RollingUpdate", "Recreate", "OnDelete", "Rolling", "ReCreate", "InPlaceIfPossible");

    /// <summary>The field in which a kind says how it updates; empty for kinds that do not, or of which nobody knows how.</summary>
    public static ReadOnlySpan<byte> FieldOf(string kind) => kind switch
    {
        "Deployment" or "Rollout" or "DeploymentConfig" => "strategy"u8,
        "StatefulSet" or "DaemonSet" or "CloneSet" => "updateStrategy"u8,
        _ => default,
    };

    public static UpdateStrategy Read(ref JsonCursor json, string kind)
    {
        var fields = new Fields();
        switch (kind)
        {
            case "CloneSet":
                fields.ReadFlat(ref json, typed: true);
                break;
            case "Rollout":
                fields.ReadBlock(ref json, "canary"u8, "blueGreen"u8);
                break;
            case "DeploymentConfig":
                fields.ReadTyped(ref json, "rollingParams"u8);
                break;
            default:
                fields.ReadTyped(ref json, "rollingUpdate"u8);
                break;
        }

        return new(fields.Type, fields.MaxUnavailable, fields.MaxSurge, fields.Partition);
    }

    private struct Fields()
    {
        public string Type = "";
        public IntOrPercent? MaxUnavailable;
        public IntOrPercent? MaxSurge;
        public IntOrPercent? Partition;

        /// <summary><c>type</c>, and the figures in an object of this name.</summary>
        public void ReadTyped(ref JsonCursor json, ReadOnlySpan<byte> figures)
        {
            if (!json.BeginObject())
            {
                return;
            }

            ulong seen = 0;
            while (json.NextProperty())
            {
                if (json.Is("type"u8, ref seen, 0))
                {
                    Type = json.OneOf(_types) ?? json.String();
                }
                else if (json.Is(figures, ref seen, 1))
                {
                    ReadFlat(ref json, typed: false);
                }
                else
                {
                    json.Skip();
                }
            }
        }

        /// <summary>The figures in one of two objects, whose name is the type.</summary>
        public void ReadBlock(ref JsonCursor json, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
        {
            if (!json.BeginObject())
            {
                return;
            }

            ulong seen = 0;
            while (json.NextProperty())
            {
                if (json.Is(one, ref seen, 0) || json.Is(other, ref seen, 1))
                {
                    Type = json.IsNull ? Type : json.Name();
                    ReadFlat(ref json, typed: false);
                }
                else
                {
                    json.Skip();
                }
            }
        }

        /// <summary>The figures themselves, with the type beside them or not.</summary>
        public void ReadFlat(ref JsonCursor json, bool typed)
        {
            if (!json.BeginObject())
            {
                return;
            }

            ulong seen = 0;
            while (json.NextProperty())
            {
                if (json.Is("maxUnavailable"u8, ref seen, 0))
                {
                    MaxUnavailable = ScalarReader.IntOrPercentOrNull(ref json);
                }
                else if (json.Is("maxSurge"u8, ref seen, 1))
                {
                    MaxSurge = ScalarReader.IntOrPercentOrNull(ref json);
                }
                else if (json.Is("partition"u8, ref seen, 2))
                {
                    Partition = ScalarReader.IntOrPercentOrNull(ref json);
                }
                else if (typed && json.Is("type"u8, ref seen, 3))
                {
                    Type = json.OneOf(_types) ?? json.String();
                }
                else
                {
                    json.Skip();
                }
            }
        }
    }
}
