import { ApiProperty } from '@nestjs/swagger';

/** An access token and how long it is good for. */
export class AccessTokenView {
  accessToken!: string;

  /** @example "Bearer" */
  tokenType!: string;

  /** Seconds. */
  @ApiProperty({ type: 'integer' })
  expiresIn!: number;
}

/** An access token with the refresh token that gets the next. */
export class TokenPairView extends AccessTokenView {
  refreshToken!: string;
}
